export { convolve } from "./convolution";
export { packFilter } from "./filter";
export { filterGradient } from "./filter-gradient";
export { padChannels } from "./lanes";
