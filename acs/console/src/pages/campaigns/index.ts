// Pages of campaigns, and what stops all of them: one chunk, fetched after the first look.
export { Board } from "./Board";
export { Builder } from "./Builder";
export { Campaigns } from "./Campaigns";
export { KillBanner, StopAll } from "./kill";
export { RepeatFailures } from "./RepeatFailures";
