/** Strings of making a journey. */
export const createEnglish = {
  "create.title": "New journey",
  "create.describe": "Describe the journey",
  "create.describeHint":
    "A few words, such as “welcome new customers” or “remind people of the event”. The templates that fit come first.",
  "create.skip": "Skip and create from blank",
  "create.templates": "Start from a template",
  "create.noneFits":
    "No template fits these words. Here are all of them; or create from blank and draw your own.",
  "create.announcement": "Announcement with follow-up",
  "create.announcementHint":
    "Announce a product launch by email. Who clicks within a day gets a text message at the launch.",
  "create.welcome": "Welcome series",
  "create.welcomeHint":
    "Welcome new customers, show them the first steps, and offer help to those who need it.",
  "create.reengage": "Re-engagement",
  "create.reengageHint":
    "Write to people who have gone quiet; ask those who stay quiet whether to stay in touch.",
  "create.reminder": "Event reminder",
  "create.reminderHint":
    "Invite to an event or webinar, remind people the day before, and once more that morning.",
  "create.birthday": "Birthday",
  "create.birthdayHint":
    "Congratulate whoever has their birthday or anniversary, at nine on their own clock.",
  "create.winback": "Win-back",
  "create.winbackHint":
    "Make lost customers an offer, wait two weeks for an order, and send a last reminder.",

  "create.blank": "Blank journey",
  "create.name": "Name",
  "create.create": "Create",
  "create.back": "Other templates",
} as const;
