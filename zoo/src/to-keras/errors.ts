import { Ssl3dError } from "@ssl3d/core";

/** A network that none of the original's models can be. */
export function cannotHold(label: string, what: string, why: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_CANNOT_HOLD",
    message: `Expected a network that self-supervised-3d-tasks can build, received ${label} with ${what}: ${why}.`,
    fix: "The original could not load its weights, or would compute something else with them. Share the folder itself; its weights are safetensors, which PyTorch and TensorFlow read.",
    facts: { folder: label, what },
  });
}

/** A name that has no place in a Keras file. */
export function nameTooLong(list: string, name: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_CANNOT_HOLD",
    message: `Expected ASCII names of less than 64512 characters in "${list}", received ${JSON.stringify(name.slice(0, 60))} of ${name.length}.`,
    fix: "Delete conversion.json in the folder, so that the layers get the names that the original gives them.",
    facts: { list },
  });
}

/** A file that a folder to convert must have. */
export function incompleteFolder(label: string, problem: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_FOLDER_INCOMPLETE",
    message: `Expected an encoder folder, a run folder or a converted folder, received ${label}: ${problem}.`,
    fix: "Give the folder that holds contract.json and its weights, or the run folder above it.",
    facts: { folder: label },
  });
}

/** Weights that are not those which the folder's description or its conversion.json tells of. */
export function weightsDiffer(label: string, description: string, problem: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_KERAS_WEIGHTS_DIFFER",
    message: `Expected in ${label} the weights that its ${description} tells of, received ${problem}.`,
    fix:
      description === "conversion.json"
        ? "Where the network was changed after its conversion, delete conversion.json: the file then gets the original's own layout. Otherwise convert the Keras file again."
        : "The folder was put together from different networks; take it from its source again.",
    facts: { folder: label },
  });
}
