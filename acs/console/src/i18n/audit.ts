// The words of the audit trail: what was done, by the operations of openapi.yaml.
import type { Shape } from "./index";
import { language } from "../state/language";
import { auditPt } from "./audit.pt-BR";
import { auditEn } from "./audit.en";

export type AuditWords = Shape<typeof auditPt>;

export const audit = (): AuditWords => (language.value === "en" ? auditEn : auditPt);
