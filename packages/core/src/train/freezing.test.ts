import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../random.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingInput } from "./options.js";
import { toyBatches, toyNetworks, toyOptions, valuesOf } from "./toy-network.js";
import { train } from "./train.js";

/** The encoder's weights and the head's bias after each step, from step 0. */
async function weightsByStep(input: TrainingInput) {
  const networks = toyNetworks(0);
  const { encoder, trainable } = networks;
  const history: { encoder: Record<string, number[]>; head: Record<string, number[]> }[] = [];
  const note = () => history.push({ encoder: valuesOf(encoder.weights), head: valuesOf(trainable.weights) });
  const phases: TrainingEvent[] = [];
  note();
  await train({
    ...networks,
    batches: toyBatches(4),
    options: toyOptions({ learningRate: 0.01, ...input }),
    random: createRandom(1),
    onEvent: (event) => {
      if (event.type === "step") note();
      if (event.type === "phase") phases.push(event);
    },
  });
  expect(encoder.frozen).toBe(false);
  networks.dispose();
  return { history, phases };
}

beforeAll(() => tf.setBackend("cpu"));

describe("freezing the encoder", () => {
  it("leaves its weights and statistics alone for the steps set, then trains them", async () => {
    const { history, phases } = await weightsByStep({ steps: 5, freezeEncoder: 3 });
    for (const { encoder } of history.slice(1, 4)) expect(encoder).toEqual(history[0]!.encoder);
    for (let step = 1; step <= 3; step++)
      expect(history[step]!.head["kernel"]).not.toEqual(history[step - 1]!.head["kernel"]);
    expect(history[4]!.encoder["kernel"]).not.toEqual(history[0]!.encoder["kernel"]);
    expect(history[4]!.encoder["movingMean"]).not.toEqual(history[0]!.encoder["movingMean"]);
    expect(phases).toEqual([
      { type: "phase", step: 0, encoder: "frozen" },
      { type: "phase", step: 3, encoder: "trained" },
    ]);
  });

  it("unfreezes with a fresh optimiser: the first Adam update moves every weight by the learning rate", async () => {
    const { history } = await weightsByStep({ steps: 4, freezeEncoder: 3 });
    for (const part of ["encoder", "head"] as const) {
      const [before, after] = [history[3]![part]["kernel"]!, history[4]![part]["kernel"]!];
      before.forEach((value, index) => expect(Math.abs(after[index]! - value)).toBeCloseTo(0.01, 4));
    }
  });

  it("never trains it where it is frozen always", async () => {
    const { history, phases } = await weightsByStep({ steps: 4, freezeEncoder: "always" });
    expect(history[4]!.encoder).toEqual(history[0]!.encoder);
    expect(history[4]!.head).not.toEqual(history[0]!.head);
    expect(phases).toHaveLength(1);
  });

  it("refuses to train nothing at all", async () => {
    const { encoder, trainable, dispose } = toyNetworks();
    const bare = { weights: [], step: trainable.step.bind(trainable), dispose: () => undefined };
    await expect(
      train({
        encoder,
        trainable: bare,
        batches: toyBatches(2),
        options: toyOptions({ freezeEncoder: "always" }),
        random: createRandom(1),
      })
    ).rejects.toThrow(expect.objectContaining({ code: "SSL3D_NOTHING_TO_TRAIN" }));
    dispose();
  });

  it("gives the encoder its own learning rate", async () => {
    const move = async (encoderLearningRateScale: number) => {
      const { history } = await weightsByStep({
        steps: 1,
        encoderLearningRateScale,
        optimizer: { name: "sgd", momentum: 0 },
      });
      const change = (part: "encoder" | "head") =>
        history[1]![part]["kernel"]!.map((value, i) => value - history[0]![part]["kernel"]![i]!);
      return { encoder: change("encoder"), head: change("head") };
    };
    const [plain, scaled] = [await move(1), await move(0.1)];
    plain.encoder.forEach((value, index) => expect(scaled.encoder[index]).toBeCloseTo(0.1 * value, 6));
    expect(scaled.head).toEqual(plain.head);
  });
});
