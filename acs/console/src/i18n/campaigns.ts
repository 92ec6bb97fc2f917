// The words of campaigns and of the kill switches.
import type { Shape } from "./index";
import { language } from "../state/language";
import { campaignsPt } from "./campaigns.pt-BR";
import { campaignsEn } from "./campaigns.en";

export type CampaignWords = Shape<typeof campaignsPt>;

export const campaigns = (): CampaignWords => (language.value === "en" ? campaignsEn : campaignsPt);
