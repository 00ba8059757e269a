/** All English strings, put together from the folders that use them. */
import { accountEnglish } from "~/account/english";
import { analyticsEnglish } from "~/analytics/english";
import { canvasEnglish } from "~/canvas/english";
import { contentEnglish } from "~/content/english";
import { inboxEnglish } from "~/inbox/english";
import { createEnglish } from "~/journeys/create/english";
import { journeysEnglish } from "~/journeys/english";
import { publishEnglish } from "~/journeys/publish/english";
import { kitEnglish } from "~/kit/english";
import { peopleEnglish } from "~/people/english";
import { segmentsEnglish } from "~/segments/english";
import { settingsEnglish } from "~/settings/english";
import { appEnglish } from "./words";

export const english = {
  ...appEnglish,
  ...kitEnglish,
  ...accountEnglish,
  ...analyticsEnglish,
  ...journeysEnglish,
  ...createEnglish,
  ...peopleEnglish,
  ...publishEnglish,
  ...segmentsEnglish,
  ...settingsEnglish,
  ...canvasEnglish,
  ...contentEnglish,
  ...inboxEnglish,
};

export type MessageId = keyof typeof english;
