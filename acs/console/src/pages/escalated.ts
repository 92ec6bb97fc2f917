// Pages of whoever takes escalated cases.
export { Inbox } from "./Inbox";
export { Handoff } from "./Handoff";
