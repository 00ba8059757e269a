/** Strings of logging in and setting up. */
export const accountEnglish = {
  "account.login": "Log in",
  "account.lapsed": "You were logged out. Log in again: this page is as you left it.",
  "account.email": "Email address",
  "account.password": "Password",
  "account.setup": "Set up Sojourn",
  "account.setupHint": "This makes the account of this workspace. No mail is sent to its address.",
  "account.workspace": "Name of the workspace",
  "account.passwordHint": "At least 12 characters.",
  "account.create": "Make the account",
  "account.noToken":
    "Open the set-up link that the server printed when it started; it carries a token that this page needs.",
} as const;
