export { describeRotation, ROTATIONS, type RightAngle } from "./right-angles.js";
export { rotateByClass, type RotatedImage } from "./rotate.js";
