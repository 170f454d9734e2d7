/* The versions of Medusa that the store can run on: versions.json. */
import { readFileSync } from "node:fs";

const { default: DEFAULT, supported } = JSON.parse(readFileSync(new URL("../versions.json", import.meta.url), "utf8"));

/** The versions that are tested, the oldest first. */
export const SUPPORTED_VERSIONS = supported;

/**
 * The version to use: `given`, else that of the environment variable O2S_MEDUSA_VERSION, else the default. Versions
 * that are not in the list are allowed, so that a new release can be tried before it is added.
 */
export function chosenVersion(given) {
  const version = given || process.env.O2S_MEDUSA_VERSION || DEFAULT;
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`invalid Medusa version "${version}"; expected X.Y.Z`);
  return version;
}
