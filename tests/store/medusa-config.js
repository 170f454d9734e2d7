const { defineConfig } = require("@medusajs/framework/utils");

module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    // PostgreSQL is on the same machine: there is nothing to encrypt.
    databaseDriverOptions: { connection: { ssl: false } },
    http: {
      storeCors: "http://localhost:3000",
      adminCors: "http://localhost:3000",
      authCors: "http://localhost:3000",
      jwtSecret: process.env.JWT_SECRET,
      cookieSecret: process.env.COOKIE_SECRET,
    },
  },
  // Answers `x-medusa-locale` with translated titles.
  featureFlags: { translation: true },
  modules: [
    { resolve: "@medusajs/medusa/translation" },
    {
      resolve: "@medusajs/medusa/payment",
      options: { providers: [{ resolve: "./src/modules/test-payment", id: "test" }] },
    },
    {
      resolve: "@medusajs/medusa/fulfillment",
      options: {
        providers: [
          { resolve: "@medusajs/medusa/fulfillment-manual", id: "manual" },
          { resolve: "./src/modules/test-fulfillment", id: "test" },
        ],
      },
    },
  ],
});
