// The tabs of a home behind the first.
export { History } from "./History";
export { Internet } from "./Internet";
export { Lan } from "./Lan";
export { Technical } from "./Technical";
export { Wifi } from "./Wifi";
