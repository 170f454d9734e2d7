/*
 * Single sign-on for the Store API: callers bring a token of an identity provider outside of Medusa, and are
 * the customer with an account under the token's e-mail address. A customer who is not there yet is created, unless
 * the token's claim `create` is false.
 *
 * Medusa has authenticated the request before this middleware sees it, with its own secret only, so an outside
 * token has left no trace. Routes that are open to guests go by `req.auth_context`; the protected ones
 * authenticate again, by the Authorization header. Both get what they read.
 */
const { ContainerRegistrationKeys, MedusaError, Modules, generateJwtToken } = require("@medusajs/framework/utils");
const { createCustomersWorkflow } = require("@medusajs/medusa/core-flows");
const { ISSUER, verifyToken } = require("./jwt");

async function sso(req, _res, next) {
  const authorization = req.headers.authorization;
  if (authorization === undefined || isMedusaToken(req)) return next();

  const customer = await customerOf(req, claimsOf(authorization));
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

function claimsOf(authorization) {
  const claims = verifyToken(bearer(authorization), process.env.SSO_JWT_SECRET);
  if (claims?.iss !== ISSUER || typeof claims.email !== "string") throw unauthorized("Invalid or expired token");
  return claims;
}

// Without a lock, as such plugins are written: of two first requests at the same time one fails.
async function customerOf(req, { email, create = true }) {
  const [customer] = await req.scope.resolve(Modules.CUSTOMER).listCustomers({ email, has_account: true });
  if (customer) return customer;
  if (!create) throw unauthorized("No customer has an account under this e-mail address");
  const { result } = await createCustomersWorkflow(req.scope).run({
    input: { customersData: [{ email, has_account: true }] },
  });
  return result[0];
}

async function authIdentityOf(req, email) {
  const auth = req.scope.resolve(Modules.AUTH);
  const [identity] = await auth.listProviderIdentities({ entity_id: email }, { select: ["auth_identity_id"] });
  return identity?.auth_identity_id ?? "";
}

module.exports = { sso };
