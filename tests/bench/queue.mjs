#!/usr/bin/env node
/*
 * How long requests wait for a worker: the M/M/c queue (requests at random, c workers, times of service spread around a
 * mean), for doc/scaling.md.
 *
 *   node tests/bench/queue.mjs [--service MS] [--memory MIB]
 *
 * Prints for 10, 100 and 1,000 workers: requests per second at several loads, the share of requests that wait (Erlang's
 * formula C), the mean time that they wait, and the time within which 99 % have a worker.
 */
import { parseArgs } from "node:util";

/** The share of requests that find all `workers` busy; `offered`: requests per second times seconds of service. */
export function shareThatWaits(workers, offered) {
  // Erlang's formula B by its recurrence, which does not overflow.
  let blocked = 1;
  for (let i = 1; i <= workers; i++) blocked = (offered * blocked) / (i + offered * blocked);
  const load = offered / workers;
  return blocked / (1 - load * (1 - blocked));
}

/** gives {rate (1/s), waits (share), mean (s, over all requests), p99 (s)} for `service` seconds at a load below 1 */
export function queue(workers, service, load) {
  const waits = shareThatWaits(workers, workers * load);
  const leaving = (workers * (1 - load)) / service;
  return {
    rate: (workers * load) / service,
    waits,
    mean: waits / leaving,
    p99: waits > 0.01 ? Math.log(waits / 0.01) / leaving : 0,
  };
}

const LOADS = [0.5, 0.7, 0.8, 0.9, 0.95];

function main() {
  const options = { service: { type: "string", default: "50" }, memory: { type: "string", default: "4" } };
  const { values } = parseArgs({ options });
  const [service, memory] = [Number(values.service) / 1000, Number(values.memory)];
  console.log("| workers | memory | load | requests/s | wait at all | mean wait | 99 % have a worker within |");
  console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const workers of [10, 100, 1000])
    for (const load of LOADS) {
      const { rate, waits, mean, p99 } = queue(workers, service, load);
      const ms = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;
      const waiting = [`${(waits * 100).toFixed(1)} %`, ms(mean), ms(p99)];
      const cells = [workers, `${workers * memory} MiB`, `${load * 100} %`, Math.round(rate), ...waiting];
      console.log(`| ${cells.join(" | ")} |`);
    }
}

if (process.argv[1] === new URL(import.meta.url).pathname) main();
