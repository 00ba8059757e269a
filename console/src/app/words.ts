/** Strings of the frame around the pages. */
export const appEnglish = {
  "app.name": "Sojourn",
  "app.menu": "Menu",
  "app.skip": "Skip to the page",
  "app.journeys": "Journeys",
  "app.segments": "Segments",
  "app.people": "People",
  "app.content": "Content",
  "app.inbox": "Inbox",
  "app.settings": "Settings",
  "app.light": "Light colours",
  "app.dark": "Dark colours",
  "app.system": "Colours of this computer",
  "app.logout": "Log out",
  "app.notFound": "There is no page at this address",
  "app.notFoundHint": "It may have been deleted or renamed. The menu leads to everything that is there.",
} as const;
