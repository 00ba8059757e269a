"""`sojourn demo`: the page's own journey for a thousand people, in a minute, before one's eyes.

Nothing in it is pretended: the people come from a CSV file, the mails go through an SMTP server, and whoever clicks
sends an HTTP request to the link in their mail. Only the people are made up, and their day is 25 seconds long.
Afterwards new customers keep joining for some minutes, so that the numbers move while somebody looks at them.
"""
