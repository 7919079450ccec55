export { channelMoments, channelProducts, channelSums, combineChannels, maskPositive, scaleChannels } from "./channels";
export { convolve } from "./convolution";
export { copyRows } from "./copy";
export { packFilter } from "./filter";
export { filterGradient } from "./filter-gradient";
export { padChannels } from "./lanes";
export { maxPoolGradient, pool, spreadWindows } from "./pooling";
export { dropout } from "./dropout";
export { rowSums } from "./rows";
