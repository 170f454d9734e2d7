/*
 * Where credentials may go. It is asserted of each call that a test makes Medusa or a stand-in get, of each answer, and
 * of each line that workers write: the admin key goes to the Admin API alone, a caller's token to the Store API alone,
 * and neither, nor an e-mail address, stands in a URL or in a log.
 */

// Forms by which a credential is known, whoever's it is: Medusa's keys, also in base64, and tokens.
const FORMS = {
  "a secret key": /\bsk_[0-9a-f]{16,}/i,
  "a publishable key": /\bpk_[0-9a-f]{16,}/i,
  "a secret key in base64": /\bc2tf[\w+/-]{16,}/,
  "a token": /\beyJ[\w-]{8,}\.[\w-]{8,}/,
};
const EMAIL = /[\w.+%-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/i;
// A shorter one may stand anywhere by chance.
const SHORTEST = 8;

function decoded(url) {
  try {
    return decodeURIComponent(url.replaceAll("+", " "));
  } catch {
    return url;
  }
}

/** The admin key as it goes out. */
export function basicOf(adminKey) {
  return `Basic ${Buffer.from(adminKey).toString("base64")}`;
}

/** Texts that must not turn up: the store's keys, and the caller's token as it was sent. */
export function secretsOf(store, { token, headers = {} } = {}) {
  const keys = store ? [store.adminKey, basicOf(store.adminKey).slice(6), store.publishableKey] : [];
  const own = [token, ...[headers.authorization].flat().map((value) => value?.replace(/^\w+ +/, ""))];
  return [...keys, ...own].filter((text) => typeof text === "string" && text.length >= SHORTEST);
}

/** What of `secrets`, and what that looks like a credential, is in a text: descriptions. */
export function credentialsIn(text, secrets = []) {
  const known = secrets.filter((secret) => text.includes(secret)).map(() => "a credential of this request or store");
  return [...known, ...Object.keys(FORMS).filter((name) => FORMS[name].test(text))];
}

/** What is wrong with a call, {method, url, headers: {authorization?: {kind}}} (see store/access-log.js): texts. */
export function faultsOfCall({ method, url, headers }, secrets = []) {
  const path = url.split("?")[0];
  const kind = headers.authorization?.kind;
  const faults = credentialsIn(`${url}\n${decoded(url)}`, secrets).map((what) => `${what} in the URL`);
  if (path.startsWith("/admin/") && kind !== "admin") faults.push(`${kind ?? "no"} credential to the Admin API`);
  if (!path.startsWith("/admin/") && kind === "admin") faults.push("the admin key outside the Admin API");
  if (!/^\/(admin|store)\//.test(path) && kind !== undefined) faults.push("a credential outside both APIs");
  return faults.map((fault) => `${method} ${url}: ${fault}`);
}

/** What is wrong with what workers wrote: texts. */
export function faultsOfLog(log, secrets = []) {
  const lines = log.split("\n");
  return lines.flatMap((line) => {
    const found = credentialsIn(line, secrets);
    if (EMAIL.test(line)) found.push("an e-mail address");
    return found.map((what) => `${what} in the log: ${line}`);
  });
}

/** What is wrong with an answer as http.mjs gives it: texts. */
export function faultsOfAnswer({ headers, text }, store) {
  const found = credentialsIn(`${JSON.stringify(headers)}\n${text}`, secretsOf(store));
  return found.map((what) => `${what} in the answer`);
}

/** Of a whole exchange with a gateway; throws. */
export function assertCredentials({ answer, calls, told, store, options }) {
  const secrets = secretsOf(store, options);
  const faults = [
    ...calls.flatMap((call) => faultsOfCall(call, secrets)),
    ...faultsOfLog(told, secrets),
    ...faultsOfAnswer(answer, store),
  ];
  if (faults.length) throw new Error(`Credentials where they do not belong:\n  ${faults.join("\n  ")}`);
}
