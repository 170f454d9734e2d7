/*
 * Shows the description of the API with Swagger UI, and lets one try requests. Everything comes from the host of the
 * page: `../docs-api-json` is the route of that name beside it.
 */
"use strict";

const page = document.getElementById("page");

if (typeof SwaggerUIBundle === "undefined")
  page.textContent = "Swagger UI is not installed: run the script `install` in the folder of this page.";
else
  SwaggerUIBundle({
    domNode: page,
    url: "../docs-api-json",
    // Otherwise it asks a validator on the internet.
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    onComplete: () => {
      document.title = document.querySelector(".info .title")?.firstChild?.textContent ?? document.title;
    },
  });
