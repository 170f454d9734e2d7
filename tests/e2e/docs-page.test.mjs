/*
 * The page of the API's description in Chromium: it opens without the internet, an operation opens, and a request that
 * is tried out is answered. O2S_SCREENSHOT names a file that gets a picture of it.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "../browser/browser.mjs";
import { openContext } from "./context.mjs";

const DEADLINE = 30_000;
const { gateway } = await openContext({ page: true });
const origin = `http://127.0.0.1:${gateway.port}`;

describe("the page of the description", () => {
  let browser;
  let page;
  const requested = [];
  const complaints = [];

  before(async () => {
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 1600 } });
    page.setDefaultTimeout(DEADLINE);
    page.on("request", (request) => requested.push(request.url()));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  after(() => browser?.close());

  const operation = () => page.locator("#operations-products-getProducts");

  test("opens, and lists each operation", async () => {
    await page.goto(`${origin}/docs-api`);
    assert.equal(page.url(), `${origin}/docs-api/`);
    await operation().waitFor();
    const { body } = await gateway.get("/docs-api-json");
    const operations = Object.values(body.paths).flatMap((item) => Object.keys(item));
    assert.equal(await page.locator(".opblock").count(), operations.length);
    assert.equal(await page.title(), body.info.title);
  });

  test("shows the members of an answer", async () => {
    await operation().locator(".opblock-summary-control").click();
    await operation().locator(".try-out__btn").waitFor();
    const text = await operation().innerText();
    for (const word of ["limit", "x-locale", "variantId"]) assert.ok(text.includes(word), `${word} in\n${text}`);
  });

  test("tries GET /products out: 200, and a product", async () => {
    await operation().locator(".try-out__btn").click();
    await operation().getByPlaceholder("limit").fill("2");
    await operation().locator("button.execute").click();
    const response = operation().locator(".live-responses-table");
    await response.locator(".response-col_status", { hasText: "200" }).first().waitFor();
    const text = await response.innerText();
    assert.match(text, /"id": "prod_\w+"/);
    assert.match(text, /"total": \d+/);
    if (process.env.O2S_SCREENSHOT) await operation().screenshot({ path: process.env.O2S_SCREENSHOT });
  });

  test("asks nobody but the gateway, and reports no error", () => {
    const others = requested.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("data:"));
    assert.deepEqual(others, []);
    assert.deepEqual(complaints, []);
    assert.ok(requested.includes(`${origin}/products?limit=2`), requested.join("\n"));
  });
});
