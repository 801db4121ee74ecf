"""Schedules: create in a group, read, change, list, and what is refused.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import json

from conformance.scenarios import refused

COST = "About 20 requests; the schedule is disabled and never fires: free within the free tier."

TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def run(aws):
    scheduler, iam, sqs = aws.client("scheduler"), aws.client("iam"), aws.client("sqs")
    name, group, role = aws.name("schedule"), aws.name("group"), aws.name("scheduler")
    url = sqs.create_queue(QueueName=aws.name("target"))["QueueUrl"]
    aws.afterwards(sqs.delete_queue, QueueUrl=url)
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    role_arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    aws.afterwards(iam.delete_role, RoleName=role)
    aws.settle(15)  # until the new role is known everywhere

    scheduler.create_schedule_group(Name=group, Tags=[{"Key": "purpose", "Value": "parity"}])
    aws.afterwards(scheduler.delete_schedule_group, Name=group)
    scheduler.get_schedule_group(Name=group)
    wanted = {"Name": name, "GroupName": group, "State": "DISABLED", "FlexibleTimeWindow": {"Mode": "OFF"},
              "Target": {"Arn": queue, "RoleArn": role_arn, "Input": '{"hello": "there"}'}}
    scheduler.create_schedule(**wanted, ScheduleExpression="rate(1 day)")
    aws.afterwards(scheduler.delete_schedule, Name=name, GroupName=group)
    scheduler.get_schedule(Name=name, GroupName=group)
    scheduler.update_schedule(**wanted, ScheduleExpression="cron(15 10 * * ? *)",
                              ScheduleExpressionTimezone="Europe/Berlin", Description="changed")
    scheduler.get_schedule(Name=name, GroupName=group)
    scheduler.list_schedules(GroupName=group)
    refused(scheduler.create_schedule, **wanted, ScheduleExpression="rate(1 day)")
    refused(scheduler.create_schedule, **{**wanted, "Name": f"{name}-2"}, ScheduleExpression="rate(0 days)")
    refused(scheduler.create_schedule, **{**wanted, "Name": f"{name}-2"}, ScheduleExpression="now")
    refused(scheduler.get_schedule, Name=name)
    refused(scheduler.get_schedule_group, Name=aws.name("absent"))
