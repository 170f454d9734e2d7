import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

// O2S gives its services the Authorization header of a request, but not these.
const PASSED_ON = ["x-locale", "x-currency", "traceparent", "tracestate", "x-request-id"];

const requests = new AsyncLocalStorage<IncomingHttpHeaders>();

/** Middleware: keeps the headers of a request for what is done to answer it. */
export function keepHeaders(request: IncomingMessage, _response: unknown, next: () => void): void {
  requests.run(request.headers, next);
}

/** A header of the request that is being answered; undefined if it is missing. */
export function callerHeader(name: string): string | undefined {
  const value = requests.getStore()?.[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The headers of the request that is being answered which every call to the gateway has too. */
export function callerHeaders(): Record<string, string> {
  const headers = PASSED_ON.map((name) => [name, callerHeader(name)]);
  return Object.fromEntries(headers.filter(([, value]) => value));
}
