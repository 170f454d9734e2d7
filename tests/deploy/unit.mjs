/* What deploy/systemd's service says, for tests that have no systemd to run it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const UNITS = fileURLToPath(new URL("../../deploy/systemd", import.meta.url));

/** ExecStart's words, with this many workers. */
export function poolCommand(workers) {
  const unit = readFileSync(join(UNITS, "o2s-medusa.service"), "utf8");
  const [, command] = /^ExecStart=(.*)$/m.exec(unit);
  return command.replace("${WORKERS}", String(workers)).split(" ");
}
