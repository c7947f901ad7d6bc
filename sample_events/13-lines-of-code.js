analytics.page("Home");
analytics.track("Login Button Clicked", {plan: "pro", placement: "header"});
analytics.identify("u-20417", {plan: "member"});
analytics.track('Newsletter Subscribed');
[[SEGAnalytics sharedAnalytics] screen:@"Home"];
analytics.page();
