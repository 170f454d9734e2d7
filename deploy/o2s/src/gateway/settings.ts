import type { ConfigService } from "@nestjs/config";

// Longer than the gateway's own limit (`deadline` in routes.yaml), whose error then names what was late.
const TIME_LIMIT = 35_000;

/** The gateway's address without a slash at its end, and the milliseconds after which a request is given up. */
export interface Settings {
  url: string;
  timeLimit: number;
}

/** Reads GATEWAY_URL and GATEWAY_TIMEOUT_MS; throws if one is invalid, so that the application does not start. */
export function settingsFrom(config: ConfigService): Settings {
  return { url: urlFrom(config.get("GATEWAY_URL")), timeLimit: timeLimitFrom(config.get("GATEWAY_TIMEOUT_MS")) };
}

function urlFrom(value: unknown): string {
  const given = String(value ?? "");
  const url = URL.canParse(given) ? new URL(given) : null;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain) throw new Error("GATEWAY_URL must be the gateway's address, such as http://127.0.0.1:8080/api");
  return url.href.replace(/\/+$/, "");
}

function timeLimitFrom(value: unknown): number {
  const given = String(value ?? "") || String(TIME_LIMIT);
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new Error("GATEWAY_TIMEOUT_MS must be milliseconds, from 1 to 9999999");
  return Number(given);
}
