/*
 * Single sign-on for the Store API: callers bring a token of an identity provider outside of Medusa, and are
 * the customer with an account under the token's e-mail address.
 *
 * Medusa has authenticated the request before this middleware sees it, with its own secret only, so an outside
 * token has left no trace. Routes that are open to guests go by `req.auth_context`; the protected ones
 * authenticate again, by the Authorization header. Both get what they read.
 */
const { ContainerRegistrationKeys, MedusaError, Modules, generateJwtToken } = require("@medusajs/framework/utils");
const { ISSUER, verifyToken } = require("./jwt");

async function sso(req, _res, next) {
  const authorization = req.headers.authorization;
  if (authorization === undefined || isMedusaToken(req)) return next();

  const customer = await customerOf(req, emailOf(authorization));
  const context = {
    actor_id: customer.id,
    actor_type: "customer",
    auth_identity_id: await authIdentityOf(req, customer.email),
    app_metadata: { customer_id: customer.id },
  };
  req.auth_context = context;
  req.headers.authorization = `Bearer ${medusaToken(req, context)}`;
  next();
}

function bearer(authorization) {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

function unauthorized(message) {
  return new MedusaError(MedusaError.Types.UNAUTHORIZED, message);
}

function jwtSecretOf(req) {
  return req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig.http.jwtSecret;
}

function isMedusaToken(req) {
  return verifyToken(bearer(req.headers.authorization), jwtSecretOf(req)) !== null;
}

function medusaToken(req, context) {
  return generateJwtToken(context, { secret: jwtSecretOf(req), expiresIn: "5m" });
}

function emailOf(authorization) {
  const claims = verifyToken(bearer(authorization), process.env.SSO_JWT_SECRET);
  if (claims?.iss !== ISSUER || typeof claims.email !== "string") throw unauthorized("Invalid or expired token");
  return claims.email;
}

async function customerOf(req, email) {
  const [customer] = await req.scope.resolve(Modules.CUSTOMER).listCustomers({ email, has_account: true });
  if (!customer) throw unauthorized("No customer has an account under this e-mail address");
  return customer;
}

async function authIdentityOf(req, email) {
  const auth = req.scope.resolve(Modules.AUTH);
  const [identity] = await auth.listProviderIdentities({ entity_id: email }, { select: ["auth_identity_id"] });
  return identity?.auth_identity_id ?? "";
}

module.exports = { sso };
