"""The rules of CloudFront's edge as pure functions: what is asked, what is kept, what is signed, what is answered.

Nothing here knows distributions, time or sockets: the CloudFront service puts these parts together.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
"""
