"""Load balancers, distributions and programming interfaces."""

from pavior.resources.defaults.row import PROVIDER, Default

_BALANCERS = ("aws_lb", "aws_alb")
_LISTENERS = ("aws_lb_listener", "aws_alb_listener")
_CLOUDFRONT = f"{PROVIDER}/cloudfront_distribution"

ROWS = (
    *(
        Default(type_, attribute, value=value, source=f"{PROVIDER}/lb#{attribute.rpartition('.')[2]}")
        for type_ in _BALANCERS
        for attribute, value in (
            ("load_balancer_type", "application"),
            ("internal", False),
            ("access_logs.enabled", False),
            ("enable_deletion_protection", False),
            ("drop_invalid_header_fields", False),
            ("desync_mitigation_mode", "defensive"),
        )
    ),
    Default("aws_elb", "access_logs.enabled", value=True, source=f"{PROVIDER}/elb#enabled"),
    Default("aws_elb", "desync_mitigation_mode", value="defensive", source=f"{PROVIDER}/elb#desync_mitigation_mode"),
    *(
        Default(type_, attribute, value=value, source=f"{PROVIDER}/lb_listener#{attribute.rpartition('.')[2]}")
        for type_ in _LISTENERS
        for attribute, value in (
            ("protocol", "HTTP"),
            ("ssl_policy", "ELBSecurityPolicy-2016-08"),
            ("default_action.redirect.protocol", "#{protocol}"),
        )
    ),
    Default(
        "aws_cloudfront_distribution",
        "viewer_certificate.cloudfront_default_certificate",
        value=False,
        source=f"{_CLOUDFRONT}#cloudfront_default_certificate",
    ),
    Default(
        "aws_cloudfront_distribution",
        "viewer_certificate.minimum_protocol_version",
        value="TLSv1",
        source=f"{_CLOUDFRONT}#minimum_protocol_version",
    ),
    Default(
        "aws_api_gateway_stage",
        "xray_tracing_enabled",
        value=False,
        source=f"{PROVIDER}/api_gateway_stage#xray_tracing_enabled",
    ),
    Default(
        "aws_api_gateway_method",
        "api_key_required",
        value=False,
        source=f"{PROVIDER}/api_gateway_method#api_key_required",
    ),
    Default(
        "aws_apigatewayv2_route",
        "api_key_required",
        value=False,
        source=f"{PROVIDER}/apigatewayv2_route#api_key_required",
    ),
    Default(
        "aws_apigatewayv2_route",
        "authorization_type",
        value="NONE",
        source=f"{PROVIDER}/apigatewayv2_route#authorization_type",
    ),
)
