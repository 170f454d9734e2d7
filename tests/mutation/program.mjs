/*
 * The engine and its unit tests in a folder of their own, and mutants of the engine.
 *
 * The sources are copied first, so that what is edited meanwhile changes nothing. The engine is a shared library: a
 * mutant is one object compiled and the library linked again; the tests stay as they are. All is built with
 * AddressSanitizer and UndefinedBehaviorSanitizer, whose findings end a test as a failed assertion does.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inParallel } from "../store/lib/parallel.mjs";

const PACKAGES = ["fcgi", "libcurl", "json-c", "yaml-0.1"];
const COMPILER = "cc";
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DO2S_ADDRESS_SANITIZER"];
const LIBRARY = "libengine.so";
// Seconds of the processor's time, and of the clock's: a test that waits needs a limit too.
const CPU_SECONDS = 10;
const SECONDS = 30;
// It counts basic blocks in an engine of its own.
const LEFT_OUT = ["cost_test"];
const COPIED = ["src", "tests/unit", "routes.yaml", "CMakeLists.txt"];

/** `jobs`: the mutants that are tried at a time. */
export async function openProgram({ project, folder, jobs }) {
  const source = join(folder, "source");
  rmSync(source, { recursive: true, force: true });
  for (const name of COPIED) cpSync(join(project, name), join(source, name), { recursive: true });
  for (const name of ["objects", "tests"]) mkdirSync(join(folder, name), { recursive: true });

  const flags = engineFlags(source);
  const compile = [...flags, ...SANITIZERS, "-O0", "-g1", "-w", "-fPIC"];
  const libraries = [...pkgConfig("--libs", ...PACKAGES), "-lm"];
  const headers = digest(filesOf(join(source, "src"), ".h").map((name) => readFileSync(join(source, "src", name))));
  const engine = filesOf(join(source, "src"), ".c");
  const sources = engine.map((name) => `src/${name}`);
  const files = [...sources, ...filesOf(join(source, "src"), ".h").map((name) => `src/${name}`)];
  const objects = new Map(sources.map((name) => [name, join(folder, "objects", name.replaceAll("/", "-") + ".o")]));
  // Each `*_test.c` is a program, and all else belongs to each of them.
  const units = filesOf(join(source, "tests/unit"), ".c");
  const shared = units.filter((name) => !name.endsWith("_test.c"));
  const sharedHeaders = filesOf(join(source, "tests/unit"), ".h");
  const named = units.filter((name) => name.endsWith("_test.c")).map((name) => name.slice(0, -".c".length));
  const tests = named.filter((name) => !LEFT_OUT.includes(name));
  const wraps = wrappedFunctions(source);
  const wrapAll = tests.flatMap((name) => wraps.get(name) ?? []).map((name) => `-Wl,--wrap=${name}`);
  const passOn = join(folder, "objects", "pass-on.o");

  const linkLibrary = (parts, library) =>
    execute(COMPILER, ["-shared", ...SANITIZERS, ...wrapAll, ...parts, passOn, "-o", library, ...libraries]);

  // An output is kept as long as what it is made of stays the same.
  async function unlessKept(output, inputs, make) {
    const key = digest([headers, compile.join(" "), ...inputs.map((file) => readFileSync(join(source, file)))]);
    const keyFile = `${output}.key`;
    if (existsSync(output) && existsSync(keyFile) && readFileSync(keyFile, "utf8") === key) return;
    await make(`${output}.new`);
    renameSync(`${output}.new`, output);
    writeFileSync(keyFile, key);
  }

  const compileObject = (file, output, include = []) =>
    execute(COMPILER, [...include, ...compile, ...mainOf(file), "-c", file, "-o", output], { cwd: source });

  async function build() {
    await inParallel(jobs, sources, (name) =>
      unlessKept(objects.get(name), [name], (output) => compileObject(name, output)),
    );
    await makePassOn(tests.flatMap((name) => wraps.get(name) ?? []), passOn);
    await linkLibrary([...objects.values()], join(folder, LIBRARY));
    const program = join(folder, "o2s-medusa");
    await linkProgram(folder, program);
    const definitions = [
      `-DUNIT_TESTS="${join(source, "tests/unit")}"`,
      `-DPROJECT="${source}"`,
      `-DPROGRAM="${program}"`,
      "-Itests/unit",
    ];
    const options = [...compile, ...definitions, ...pkgConfig("--cflags", "cmocka")];
    const linked = [`-L${folder}`, "-lengine", ...pkgConfig("--libs", "cmocka"), ...libraries];
    await inParallel(jobs, tests, (name) => {
      const inputs = [...shared, `${name}.c`].map((file) => `tests/unit/${file}`);
      const kept = [...inputs, ...sharedHeaders.map((file) => `tests/unit/${file}`)];
      const wrapped = (wraps.get(name) ?? []).map((wrap) => `-Wl,--wrap=${wrap}`);
      return unlessKept(join(folder, "tests", name), kept, (output) =>
        execute(COMPILER, [...options, ...inputs, "-o", output, ...wrapped, ...linked], { cwd: source }),
      );
    });
  }

  /** Whether the test passes with the library in this folder. */
  const passes = (test, library = folder) => testPasses(join(folder, "tests", test), library);

  /** Makes the library of a mutant in a folder; false if it does not compile. */
  async function makeMutant(mutation, place) {
    rmSync(place, { recursive: true, force: true });
    const file = join(place, mutation.file);
    mkdirSync(join(file, ".."), { recursive: true });
    const text = readFileSync(join(source, mutation.file), "latin1");
    writeFileSync(file, text.slice(0, mutation.from) + mutation.text + text.slice(mutation.to), "latin1");
    // What is included is found in the mutant's folder first.
    const include = [`-I${join(place, "src")}`];
    const isHeader = mutation.file.endsWith(".h");
    const own = new Map(objects);
    const affected = isHeader ? sources : [mutation.file];
    try {
      for (const name of affected) {
        own.set(name, join(place, name.replaceAll("/", "-") + ".o"));
        await compileObject(isHeader ? name : file, own.get(name), include);
      }
      await linkLibrary([...own.values()], join(place, LIBRARY));
    } catch {
      return false;
    }
    return true;
  }

  await build();
  return { source, flags, files, tests, passes, makeMutant, folder };
}

// As in CMakeLists.txt.
function engineFlags(source) {
  const version = /project\(\S+ VERSION (\S+)/.exec(readFileSync(join(source, "CMakeLists.txt"), "utf8"))[1];
  const definitions = ["-D_GNU_SOURCE", `-DO2S_VERSION="${version}"`, '-DO2S_TABLE="/etc/o2s-medusa/routes.yaml"'];
  return ["-std=c17", ...definitions, `-I${join(source, "src")}`, ...pkgConfig("--cflags", ...PACKAGES)];
}

/*
 * The functions that a test puts its own in place of, by the linker's --wrap: Map of test to names. The library calls
 * __wrap_X() for each; a test that has one of its own goes before that of makePassOn().
 */
function wrappedFunctions(source) {
  const text = readFileSync(join(source, "tests/unit/CMakeLists.txt"), "utf8");
  const options = [...text.matchAll(/target_link_options\((\w+) PRIVATE([^)]*)\)/g)];
  return new Map(options.map(([, name, list]) => [name, [...list.matchAll(/--wrap=(\w+)/g)].map(([, wrap]) => wrap)]));
}

// For the other tests: __wrap_X() is X().
async function makePassOn(names, output) {
  const jump = process.arch === "arm64" ? (name) => `b ${name}` : (name) => `jmp ${name}@PLT`;
  const lines = names.flatMap((name) => [
    `.weak __wrap_${name}`,
    `.type __wrap_${name}, %function`,
    `__wrap_${name}: ${jump(`__real_${name}`)}`,
  ]);
  const file = output.replace(/o$/, "s");
  writeFileSync(file, [...lines, '.section .note.GNU-stack,"",%progbits', ""].join("\n"));
  await execute(COMPILER, ["-c", file, "-o", output]);
}

// The program, of the library; a mutant's is found in the place of the first one.
async function linkProgram(folder, output) {
  const file = join(folder, "objects", "program.c");
  writeFileSync(
    file,
    "int program_main(int, char **);\nint main(int count, char **words) { return program_main(count, words); }\n",
  );
  await execute(COMPILER, [...SANITIZERS, file, "-o", output, `-L${folder}`, "-lengine"]);
}

// A library has no main(); the tests have one each.
function mainOf(file) {
  return file.endsWith("/main.c") ? ["-Dmain=program_main"] : [];
}

function pkgConfig(...args) {
  return execFileSync("pkg-config", args, { encoding: "utf8" }).trim().split(/\s+/).filter(Boolean);
}

function filesOf(folder, suffix) {
  const names = readdirSync(folder, { recursive: true });
  return names.filter((name) => name.endsWith(suffix)).sort();
}

function digest(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function execute(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${args.at(-1)}\n${said}`))));
  });
}

// In a group of its own, so that its children end with it.
function testPasses(program, library) {
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: library,
    ASAN_OPTIONS: "detect_leaks=1:hard_rss_limit_mb=2000:log_path=/dev/null",
    UBSAN_OPTIONS: "log_path=/dev/null",
  };
  const args = [`--cpu=${CPU_SECONDS}`, "--core=0", program];
  const child = spawn("prlimit", args, { env, stdio: "ignore", detached: true });
  return new Promise((resolve, reject) => {
    const kill = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    };
    const timer = setTimeout(kill, SECONDS * 1000);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      kill();
      resolve(code === 0);
    });
  });
}
