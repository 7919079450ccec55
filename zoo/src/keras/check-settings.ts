import { otherSetting, unknownLayer } from "../errors.js";
import { checkApplication } from "./check-application.js";
import { checkOrder } from "./check-order.js";
import { flattenConfig, type ConfigLayer, type ModelConfig } from "./model-config.js";
import type { Recognised } from "./recognised.js";
import { uniqueByName } from "./recognise-encoder.js";
import type { Unit } from "./units.js";

/** Classes that the original's own networks are made of. */
const OWN_CLASSES = /^(InputLayer|Conv[23]D|Conv[23]DTranspose|BatchNormalization|Dropout|(Max|Average)Pooling[23]D|UpSampling[23]D|Concatenate|Flatten|Reshape|Dense|GRU|CPCLayer)$/;
/** Classes that Keras applications need beside them. */
const APPLICATION_CLASSES = /^(Activation|ZeroPadding2D|Add|CustomScaleLayer|Global(Max|Average)Pooling2D)$/;

/**
 * Holds the settings of a full model's layers against the original's: weights of the right shapes would compute something else
 * behind another activation, stride or padding. Files of weights alone have no settings to check.
 * @throws SSL3D_KERAS_LAYER_UNKNOWN, SSL3D_KERAS_SETTING_UNKNOWN
 */
export function checkSettings(label: string, config: ModelConfig, recognised: Recognised): void {
  const layers = uniqueByName(flattenConfig(config.layers));
  const isApplication = recognised.encoder !== undefined && recognised.encoder.name !== "unet";
  const unknown = layers.filter((layer) => !isKnown(layer, recognised, isApplication));
  if (unknown.length > 0) throw unknownLayer(label, describeUnknown(unknown));

  if (isApplication) checkApplication(label, config, recognised.encoder.name, recognised.encoder.options);
  const activations = [...expectedActivations(recognised)];
  for (const layer of layers) {
    const expect = (setting: string, ...expected: unknown[]): void => {
      const received = layer.config[setting];
      if (received !== undefined && !expected.some((one) => JSON.stringify(one) === JSON.stringify(received))) {
        throw otherSetting(label, layer.name, setting, expected[0], received);
      }
    };
    expect("data_format", "channels_last", null);
    if (layer.class === "Dense" && activations.length > 0) expect("activation", ...activations.shift()!);
    if (layer.class === "GRU") {
      expect("activation", "tanh");
      expect("recurrent_activation", "sigmoid");
      expect("reset_after", true);
      expect("go_backwards", false);
      expect("return_sequences", false);
    }
    if (isApplication) continue;
    const rank = /([23])D/.exec(layer.class)?.[1];
    const cube = (edge: number): number[] => Array.from({ length: Number(rank) }, () => edge);
    if (layer.class === "BatchNormalization") expect("epsilon", 0.001);
    else if (/^Conv[23]DTranspose$/.test(layer.class)) {
      expect("activation", "linear");
      expect("strides", cube(2));
      expect("padding", "same");
      expect("dilation_rate", cube(1));
    } else if (/^Conv[23]D$/.test(layer.class)) {
      const isLast = JSON.stringify(layer.config["kernel_size"]) === JSON.stringify(cube(1));
      expect("activation", isLast ? "softmax" : "relu");
      expect("strides", cube(1));
      if (!isLast) expect("padding", "same");
      expect("dilation_rate", cube(1));
      expect("groups", 1);
    } else if (/Pooling[23]D$/.test(layer.class)) {
      expect("pool_size", cube(2));
      expect("strides", cube(2), null);
      expect("padding", "valid");
    } else if (/^UpSampling/.test(layer.class)) {
      expect("size", cube(2));
      expect("interpolation", "nearest");
    }
  }
  if (recognised.encoder?.name === "unet") checkOrder(label, config.layers, recognised);
}

function isKnown(layer: ConfigLayer, { task }: Recognised, isApplication: boolean): boolean {
  // the original's predictive coding and exemplar networks pick images apart with functions of their own
  if (layer.class === "Lambda") return task === "cpc" || task === "exemplar" || (isApplication && typeof layer.config["arguments"] === "object" && /_block|block\d/.test(layer.name));
  if (layer.class.startsWith("TFOpLambda") || layer.class === "SlicingOpLambda" || layer.class === "TensorFlowOpLayer") return task === "cpc" || task === "exemplar";
  return OWN_CLASSES.test(layer.class) || (isApplication && APPLICATION_CLASSES.test(layer.class));
}

/** The activations that fully connected layers may have, in the file's order. */
function expectedActivations({ part, task, kind }: Recognised): unknown[][] {
  const dense = (part?.units ?? []).filter((unit: Unit) => unit.kind === "dense");
  return dense.map((_, place) => {
    if (task === "cpc") return ["linear"];
    if (task === "exemplar") return ["sigmoid"];
    if (place < dense.length - 1) return ["relu"];
    if (kind === "proxy") return ["softmax"];
    return kind === "head" ? ["relu", "linear", "sigmoid"] : ["relu", "linear", "sigmoid", "softmax"];
  });
}

function describeUnknown(layers: readonly ConfigLayer[]): string {
  const shown = layers.slice(0, 3).map((layer) => `the ${layer.class} layer "${layer.name}"`);
  const lambda = layers.some((layer) => layer.class === "Lambda") ? "; Lambda layers hold code, which is never run" : "";
  return `${shown.join(", ")}${layers.length > 3 ? ` and ${layers.length - 3} more of no kind known here` : ""}${lambda}`;
}
