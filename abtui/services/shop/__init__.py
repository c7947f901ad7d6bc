"""The demo shop: one page that uses the SDKs of Segment and AB Smartly, with a listener and a collector on this machine."""
