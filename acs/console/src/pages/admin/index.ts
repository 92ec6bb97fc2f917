// Pages of supervisors and administrators: one chunk, fetched after the first look.
export { Fleet } from "./Fleet";
export { Overview } from "./Overview";
export { Account } from "./Account";
export { Admin } from "./Admin";
