// Pages that a call does not begin with.
export { Fleet } from "./Fleet";
export { Incidents } from "./Incidents";
