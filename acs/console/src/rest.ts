// What a call does not begin with: one chunk, fetched after the first look. Administration has its own (pages/admin/index.ts).
export { DialogOf } from "./dialogs/DialogOf";
export { TrustNote } from "./dialogs/Trust";
export { Customer } from "./pages/Customer";
export { FirstAccess } from "./pages/FirstAccess";
export { Handoff } from "./pages/Handoff";
export { Inbox } from "./pages/Inbox";
export { Incidents } from "./pages/Incidents";
export { Shortcuts } from "./pages/Shortcuts";
export { Config } from "./views/Config";
export { History } from "./views/History";
export { Internet } from "./views/Internet";
export { Lan } from "./views/Lan";
export { Technical } from "./views/Technical";
export { Wifi } from "./views/Wifi";
