const { defineMiddlewares } = require("@medusajs/framework/http");
const { sso } = require("../auth/sso");

module.exports = {
  default: defineMiddlewares({ routes: [{ matcher: "/store*", middlewares: [sso] }] }),
};
