export { rotation, type RotationExample } from "./rotation.js";
export { rotationOptions, type RotationInput, type RotationOptions } from "./options.js";
export { describeRotation, rotationClasses, type RightAngle, type Rotation, type RotationSet } from "./right-angles.js";
export { rotateByClass, type RotatedImage } from "./rotate.js";
