/*
 * JSON Web Tokens signed with HS256 (RFC 7515, RFC 7519), and no other kind: a token that names another
 * algorithm, "none" among them, is refused.
 */
const { createHmac, timingSafeEqual } = require("node:crypto");

/** The identity provider's name for itself. */
const ISSUER = "https://sso.example.com";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (text) => JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
const mac = (text, secret) => createHmac("sha256", secret).update(text).digest();

/** A token with these claims that expires in `expiresIn` seconds (a negative number: it already has). */
function signToken(claims, secret, expiresIn) {
  const issuedAt = Math.floor(Date.now() / 1000);
  const payload = { ...claims, iat: issuedAt, exp: issuedAt + expiresIn };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(payload)}`;
  return `${signed}.${mac(signed, secret).toString("base64url")}`;
}

/** The claims of a token that is well formed, signed with `secret` and not expired; else null. */
function verifyToken(token, secret) {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  try {
    const [header, claims] = [decode(parts[0]), decode(parts[1])];
    const given = Buffer.from(parts[2], "base64url");
    const expected = mac(`${parts[0]}.${parts[1]}`, secret);
    if (header.alg !== "HS256") return null;
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return typeof claims.exp === "number" && claims.exp > Date.now() / 1000 ? claims : null;
  } catch {
    return null;
  }
}

module.exports = { ISSUER, signToken, verifyToken };
