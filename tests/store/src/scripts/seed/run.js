/** Runs a Medusa workflow and gives its result; a failure is thrown. */
async function run(workflow, container, input) {
  const { result } = await workflow(container).run({ input });
  return result;
}

module.exports = { run };
