// One visitor of a shop in Node: the SDKs of AB Smartly and Segment, as npm has them.
// node node.cjs PACKAGES COLLECTOR LISTENER EXPERIMENT UNIT UID
const path = require("node:path");
const [packages, collector, listener, experiment, unit, uid] = process.argv.slice(2);
const load = (name) => require(path.join(packages, "node_modules", name));
const absmartly = load("@absmartly/javascript-sdk");
const { Analytics } = load("@segment/analytics-node");

async function main() {
  const sdk = new absmartly.SDK({ endpoint: collector, apiKey: "k", environment: "development", application: "website" });
  const context = sdk.createContext({ units: { [unit]: uid } });
  await context.ready();
  if (context.isFailed()) throw new Error("The SDK got no experiments.");
  const variant = context.treatment(experiment);
  await context.publish();
  await context.finalize();

  const analytics = new Analytics({ writeKey: "w", host: listener });
  analytics.track({ anonymousId: uid, event: "Order Completed", properties: { revenue: 189.0 } });
  await analytics.closeAndFlush({ timeout: 10000 });
  console.log(JSON.stringify({ variant }));
}
main().catch((error) => { console.error(error); process.exitCode = 1; });
