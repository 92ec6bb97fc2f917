// Pages that a call does not begin with.
export { Incidents } from "./Incidents";
