/**
 * Calls `work` with each of the items and the number of its job, from 0 to `jobs` - 1. Gives what it gives, in the order
 * of the items.
 */
export async function inParallel(jobs, items, work) {
  const results = [];
  const next = items.entries();
  const run = async (job) => {
    for (const [index, item] of next) results[index] = await work(item, job);
  };
  await Promise.all(Array.from({ length: jobs }, (_, job) => run(job)));
  return results;
}
