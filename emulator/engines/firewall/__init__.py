"""Rules of web application firewalls, as AWS WAF has them: requests, statements, capacity, verdicts. All of it pure.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rules.html
"""
