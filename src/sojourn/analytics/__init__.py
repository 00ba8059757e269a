"""Analytics: reads what the engine counted, lists the people behind the numbers, and recounts everything on request."""
