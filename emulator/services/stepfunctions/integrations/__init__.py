"""What Task states call: functions, activities, services as an SDK calls them, HTTP endpoints.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""
