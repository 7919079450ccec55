// A proxy task of one's own: is the volume upside down? Run it with
//   npx tsx --conditions=ssl3d-source examples/own-task.ts
import { createRandom, defineTask, stackExamples, train, trainingOptions, validate, type BatchSource, type NumericArray, type TaskPlugin } from "@ssl3d/core";
import { wasm } from "@ssl3d/backend-wasm";
import { createBrainCohort, flip } from "@ssl3d/data";
import { createDense, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import { readAnatomy } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";

/** What one example holds: the image, and 1 where it was turned upside down. */
type UpsideDown = { image: NumericArray; label: NumericArray };

const upsideDown: TaskPlugin<"upside-down", object, UpsideDown> = defineTask({
  name: "upside-down",
  summary: "Tells whether a volume was turned upside down",
  ranks: [3],
  options: z.strictObject({}),
  // typed arrays in, typed arrays out: this part runs in data workers
  example(volume, _options, random): UpsideDown {
    const turned = random.chance(0.5);
    const { voxels, size, channels } = turned ? flip(volume, [0]) : volume;
    return { image: { data: voxels, shape: [...size, channels] }, label: { data: Float32Array.of(turned ? 1 : 0), shape: [] } };
  },
  // the encoder is known only by its pyramid; this adds one layer on top
  build({ encoder, random }) {
    const channels = encoder.levels.at(-1)!.channels;
    const classifier = createDense({ name: "classifier", inputs: channels, outputs: 1, random });
    return {
      weights: classifier.weights,
      step({ tensors }, mode) {
        const logits = tf.reshape(classifier.forward(encoder.forward(tensors.image, mode).pooled, mode), [-1]);
        const label = tensors.label;
        const loss = tf.mean<tf.Scalar>(tf.sub(tf.softplus(logits), tf.mul(label, logits)));
        const accuracy = tf.mean<tf.Scalar>(tf.cast(tf.equal(tf.cast(tf.greater(logits, 0), "float32"), label), "float32"));
        return { loss, metrics: { accuracy } };
      },
      dispose: () => classifier.dispose(),
    };
  },
});

await wasm.activate({});
const random = createRandom(1);
const cohort = createBrainCohort({ anatomy: await readAnatomy("colin27"), size: 16, labelled: false });
const volumes = Array.from({ length: 8 }, (_, index) => cohort.case(index, random.split("cohort")).image);
const batches: BatchSource<UpsideDown> = {
  batch: async (index) => {
    const stream = random.split("examples").split(index);
    const drawn = [0, 1, 2, 3].map((i) => volumes[stream.split(i).integer(0, volumes.length)]!);
    return await Promise.resolve(stackExamples(drawn.map((volume, i) => upsideDown.example(volume, {}, stream.split(`example${i}`), [])), drawn.map(({ id }) => id)));
  },
};
const options = validate(unetEncoderOptions, { filters: 4, levels: 2, dropout: 0 }, "encoder");
const encoder = unetEncoder.build({ rank: 3, channels: 4, options, random });
const result = await train({
  encoder,
  trainable: upsideDown.build({ encoder, options: {}, inputSize: [16, 16, 16], random }),
  batches,
  options: validate(trainingOptions, { steps: 30, learningRate: 0.003 }, "training"),
  random,
  onEvent: (event) => {
    if (event.type === "step" && event.step % 10 === 0) console.log(`step ${event.step}: loss ${event.loss.toFixed(3)}`);
  },
});
console.log(`${result.outcome} after ${result.step} steps`);
