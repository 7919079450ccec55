export { exemplar } from "./exemplar.js";
export { exemplarOptions, type ExemplarInput, type ExemplarOptions, type ImageAugmentation, type VolumeAugmentation } from "./options.js";
export { createTripletNetwork, type Codes, type ExemplarExample, type TripletNetwork } from "./triplet-network.js";
export { augmentVolume } from "./augment-volume.js";
export { changeImage, drawImageChange, type ImageChange } from "./augment-image.js";
export { derange } from "./derangement.js";
