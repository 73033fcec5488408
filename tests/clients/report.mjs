// One JSON line for each step of a run; the first failure ends the run with its step's name.

import assert from 'node:assert/strict';

export { assert };

let started = performance.now();

/** Runs one step and prints what it found; `detail` is what the step returns. */
export async function step(name, run) {
  started = performance.now();
  try {
    const found = await run();
    console.log(JSON.stringify({ step: name, ok: true, ms: Math.round(performance.now() - started), ...found?.line }));
    return found;
  } catch (error) {
    console.log(JSON.stringify({ step: name, ok: false, ms: Math.round(performance.now() - started) }));
    console.error(`step "${name}" failed: ${error.stack ?? error}`);
    for (let cause = error.cause; cause; cause = cause.cause) console.error(`  because: ${cause.stack ?? cause}`);
    process.exit(1);
  }
}
