// The words of the pages that supervisors and administrators see: fetched with those pages, both languages of them.
import type { Shape } from "./index";
import { language } from "../state/language";
import { adminPt } from "./admin.pt-BR";
import { adminEn } from "./admin.en";

export type AdminWords = Shape<typeof adminPt>;

export const a = (): AdminWords => (language.value === "en" ? adminEn : adminPt);
