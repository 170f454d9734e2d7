/* Three customers with an account, who can sign in to Medusa too; Alice has two saved addresses. */
const { Modules } = require("@medusajs/framework/utils");
const { createCustomerAccountWorkflow, createCustomerAddressesWorkflow } = require("@medusajs/medusa/core-flows");
const { run } = require("./run");

const PASSWORD = "correct horse battery staple";
const ALICE = { email: "alice@example.com", first_name: "Alice", last_name: "Adler", phone: "+49 40 1234" };
const BOB = { email: "bob@example.com", first_name: "Bob", last_name: "Brun" };
const CAROL = { email: "carol@example.com", first_name: "Carol", last_name: "Costa" };
const NAMES = { first_name: "Alice", last_name: "Adler" };
const ADDRESSES = [
  {
    ...NAMES,
    address_name: "Home",
    company: "Adler GmbH",
    address_1: "Lange Reihe",
    address_2: "7a",
    city: "Hamburg",
    postal_code: "20099",
    province: "HH",
    country_code: "de",
    phone: "+49 40 1234",
    is_default_shipping: true,
    is_default_billing: true,
    metadata: { taxId: "DE123456789", apartment: "3rd floor" },
  },
  {
    ...NAMES,
    address_name: "Office",
    company: "Adler SARL",
    address_1: "Rue de la Paix",
    address_2: "12",
    city: "Paris",
    postal_code: "75002",
    country_code: "fr",
    metadata: { taxId: "FR40303265045", apartment: "B 12" },
  },
];

async function seedCustomers(container) {
  const alice = await createAccount(container, ALICE);
  const bob = await createAccount(container, BOB);
  const carol = await createAccount(container, CAROL);
  const [home, office] = await run(createCustomerAddressesWorkflow, container, {
    addresses: ADDRESSES.map((address) => ({ ...address, customer_id: alice.id })),
  });
  alice.addresses = { home: home.id, office: office.id };
  return { customers: { alice, bob, carol } };
}

async function createAccount(container, customerData) {
  const { email } = customerData;
  const { success, authIdentity, error } = await container
    .resolve(Modules.AUTH)
    .register("emailpass", { body: { email, password: PASSWORD } });
  if (!success) throw new Error(`${email}: ${error}`);
  const { id } = await run(createCustomerAccountWorkflow, container, { authIdentityId: authIdentity.id, customerData });
  return { id, email, password: PASSWORD };
}

module.exports = { seedCustomers };
