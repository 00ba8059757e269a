"""Emails and text messages: written once in MJML and Liquid, checked, compiled when Ready, rendered per person."""
