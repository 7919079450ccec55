import * as tf from "@tensorflow/tfjs-core";
import { createCheck, ensure, type Check } from "../check.js";
import { ensureClose, ensureNoLeak } from "../measure.js";
import { evaluate } from "./operation-case.js";
import { operationCases } from "./operation-cases.js";
import type { EngineUnderTest } from "./engine-under-test.js";

/** Every operation against tfjs' cpu backend: value, gradients, shapes, element types, inputs left alone, no tensor left. */
export function operationChecks({ backend, tolerance, coarse }: EngineUnderTest): Check[] {
  return operationCases().map((operation) =>
    createCheck(`${operation.name} equals the reference, forward and backward`, async () => {
      await tf.setBackend("cpu");
      const expected = await evaluate(operation, coarse);
      await tf.setBackend(backend);
      await ensureNoLeak(async () => {
        const actual = await evaluate(operation, coarse);
        ensure(actual.length === expected.length, `expected ${expected.length} results, received ${actual.length}`);
        for (const [index, { what, shape, dtype, values }] of expected.entries()) {
          const received = actual[index]!;
          const label = `${operation.name}, ${what}`;
          ensure(received.shape.join() === shape.join(), `${label}: expected the shape [${shape.join()}], received [${received.shape.join()}]`);
          ensure(received.dtype === dtype, `${label}: expected elements of ${dtype}, received ${received.dtype}`);
          ensureClose(label, received.values, values, tolerance);
        }
      });
    }),
  );
}
