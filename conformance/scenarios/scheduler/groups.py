"""Schedule groups: create, tags, list, and what is refused.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
"""

from conformance.scenarios import refused

COST = "About 12 requests: free within the free tier."


def run(aws):
    scheduler = aws.client("scheduler")
    name = aws.name("groups")
    arn = scheduler.create_schedule_group(Name=name)["ScheduleGroupArn"]
    aws.afterwards(scheduler.delete_schedule_group, Name=name)
    refused(scheduler.create_schedule_group, Name=name)
    scheduler.get_schedule_group(Name=name)
    scheduler.list_schedule_groups(NamePrefix=name)
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "purpose", "Value": "parity"}])
    scheduler.list_tags_for_resource(ResourceArn=arn)
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["purpose"])
    scheduler.list_schedules(GroupName=name)
    refused(scheduler.delete_schedule_group, Name="default")
    refused(scheduler.create_schedule_group, Name="no name!")
    refused(scheduler.list_schedules, GroupName=aws.name("absent"))
