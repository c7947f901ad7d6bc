# AB Smartly
terraform { required_providers { segment = { source = "segmentio/segment" } } }
variable "absmartly_api_key" {
  type      = string
  sensitive = true
}
resource "segment_source" "web" {
  slug = "web"
  settings = jsonencode({ a = 1 })
}
resource "segment_destination" "slack" {
  name = "Slack"
  settings = jsonencode({ webhookUrl = "https://x" })
}
resource "segment_destination" "ab" {
  enabled   = false
  source_id = segment_source.web.id
  metadata  = { id = "60d4" }
  name      = "Experiments"
  settings = jsonencode({
    "apiKey" : var.absmartly_api_key,
    "collectorEndpoint" : "https://acme.absmartly.io/v1",
    "environment" : terraform.workspace
  })
}
resource "segment_destination_subscription" "bought" {
  destination_id = segment_destination.ab.id
  name           = "Bought"
  enabled        = true
  action_id      = "abc123"
  trigger        = "event = \"Order Completed\""
  settings = jsonencode({
    units = { user_id = { "@path" = "$.userId" } }
    name  = "purchase"
    properties = { "@path" = "$.properties" }
  })
}
resource "segment_destination_subscription" "seen" {
  destination_id = segment_destination.ab.id
  name = "Seen"
  enabled = true
  action_id = "def"
  trigger = "event = \"Experiment Viewed\""
  settings = "{\"exposure\":{\"@path\":\"$.properties.exposure\"}}"
}
