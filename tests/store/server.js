/*
 * Medusa's server as a child of the launcher: bound to the loopback interface, on the port in STORE_PORT (0: any
 * free one), which it reports. It ends with the launcher, whatever becomes of that.
 */
const { logAccess } = require("./access-log");

process.on("disconnect", () => process.exit(0));
if (process.env.MEDUSA_ACCESS_LOG) logAccess(process.env.MEDUSA_ACCESS_LOG);

async function main() {
  const start = require("@medusajs/medusa/commands/start").default;
  const { server } = await start({ directory: __dirname, host: "127.0.0.1", port: Number(process.env.STORE_PORT) });
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
  process.send?.({ port: server.address().port });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
