"""Actions that know no resource, so that a policy can only allow them on `*`. Not complete: what is absent may be too.

To look one up: https://docs.aws.amazon.com/service-authorization/latest/reference/; "Resource types" is empty there.
"""

# `*` stands where all actions of that beginning are so.
_ACTIONS = """
    acm:ListCertificates acm:RequestCertificate athena:ListWorkGroups autoscaling:Describe* bedrock:ListFoundationModels
    ce:Get* cloudformation:DescribeAccountLimits cloudformation:ListStacks cloudformation:ValidateTemplate
    cloudfront:ListDistributions cloudtrail:DescribeTrails cloudtrail:ListTrails cloudtrail:LookupEvents
    cloudwatch:DescribeAlarmsForMetric cloudwatch:GetMetricData cloudwatch:GetMetricStatistics cloudwatch:ListMetrics
    cloudwatch:PutMetricData cognito-idp:ListUserPools comprehend:DetectDominantLanguage comprehend:DetectKeyPhrases
    comprehend:DetectSentiment dynamodb:DescribeLimits dynamodb:ListStreams dynamodb:ListTables
    ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeDhcpOptions
    ec2:DescribeImages ec2:DescribeInstances ec2:DescribeInstanceStatus ec2:DescribeInstanceTypeOfferings
    ec2:DescribeInstanceTypes ec2:DescribeInternetGateways ec2:DescribeKeyPairs ec2:DescribeLaunchTemplates
    ec2:DescribeLaunchTemplateVersions ec2:DescribeManagedPrefixLists ec2:DescribeNatGateways ec2:DescribeNetworkAcls
    ec2:DescribeNetworkInterfaces ec2:DescribePlacementGroups ec2:DescribePrefixLists ec2:DescribeRegions
    ec2:DescribeRouteTables ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups ec2:DescribeSnapshots
    ec2:DescribeSpotPriceHistory ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVolumes ec2:DescribeVpcEndpoints
    ec2:DescribeVpcs ec2messages:* ecr-public:GetAuthorizationToken ecr:GetAuthorizationToken
    ecs:DeregisterTaskDefinition ecs:DescribeTaskDefinition ecs:DiscoverPollEndpoint ecs:ListClusters
    ecs:ListTaskDefinitionFamilies ecs:ListTaskDefinitions eks:ListClusters elasticloadbalancing:Describe*
    guardduty:ListDetectors iam:GenerateCredentialReport iam:GetAccountPasswordPolicy iam:GetAccountSummary
    iam:GetCredentialReport iam:ListAccountAliases iam:ListGroups iam:ListPolicies iam:ListRoles iam:ListUsers
    kms:CreateKey kms:GenerateRandom kms:ListAliases kms:ListKeys lambda:GetAccountSettings
    lambda:ListEventSourceMappings lambda:ListFunctions logs:CreateLogDelivery logs:DeleteLogDelivery
    logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy
    logs:UpdateLogDelivery organizations:DescribeOrganization organizations:ListAccounts organizations:ListRoots
    polly:DescribeVoices pricing:* rekognition:DetectFaces rekognition:DetectLabels
    rekognition:DetectModerationLabels rekognition:DetectText route53:CreateHostedZone route53:GetHostedZoneCount
    route53:ListHostedZones route53:ListHostedZonesByName s3:GetAccountPublicAccessBlock s3:ListAllMyBuckets
    s3:PutAccountPublicAccessBlock secretsmanager:BatchGetSecretValue secretsmanager:GetRandomPassword
    secretsmanager:ListSecrets sns:ListSubscriptions sns:ListTopics sqs:ListQueues ssm:DescribeInstanceInformation
    ssm:DescribeParameters ssmmessages:* sts:DecodeAuthorizationMessage sts:GetCallerIdentity
    sts:GetServiceBearerToken sts:GetSessionToken support:* tag:* textract:AnalyzeDocument
    textract:DetectDocumentText translate:TranslateText xray:GetSamplingRules xray:GetSamplingStatisticSummaries
    xray:GetSamplingTargets xray:PutTelemetryRecords xray:PutTraceSegments
"""

UNRESTRICTABLE_ACTIONS = tuple(_ACTIONS.split())
_NAMES = frozenset(action.lower() for action in UNRESTRICTABLE_ACTIONS if not action.endswith("*"))
_BEGINNINGS = tuple(action.lower().rstrip("*") for action in UNRESTRICTABLE_ACTIONS if action.endswith("*"))


def is_unrestrictable(action: str) -> bool:
    """Whether the action, or every action that this pattern means, is surely one of those."""
    name = action.lower()
    return name in _NAMES or name.startswith(_BEGINNINGS)
